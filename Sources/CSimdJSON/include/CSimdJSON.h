int almoner_x(void);
