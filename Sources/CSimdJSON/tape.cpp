extern "C" int almoner_x(void){return 0;}
